"""A body with every kind of block, its media and pages made."""

from pathlib import Path

from cms.models import ResourcePage
from curriculum.blocks import LessonBlock
from curriculum.exchange import Document, Resolver, stream_blocks
from tests.factories import cms, media

EVERYTHING = """
## Uno

Un **testo**[^uno] con un [titolo della biblioteca](page:biblioteca/libro) e una [scheda](media/a.pdf).

:::heading level=3 anchor="due"
Due
:::

:::quote author="Una portinaia" role="quarant’anni di guardiola"
Mi hanno chiesto che cosa desideravo.
:::

:::callout kind=note title="Una nota"
Il testo della nota.
:::

:::callout kind=warning
Un’attenzione.
:::

:::callout kind=example title="Un esempio"
Un esempio.
:::

:::callout kind=case title="Un caso"
Un caso.
:::

:::table caption="Livelli" header=both source="Cohub Milano"
| Livello | Promessa |
| --- | --- |
| Informare | Vi diremo |
| Consultare | Vi ascolteremo |
:::

:::term term="Sussidiarietà"
Chi è più vicino decide.
:::

:::image file="media/a.png" alt="Un cortile" caption="Il cortile" credit="Cohub Milano"
:::

:::gallery title="Prove"
::item file="media/b.png" alt="Una prova" caption="La prima" credit="Cohub Milano"
::item file="media/c.png" alt="Altra prova" caption="La seconda" credit="Cohub Milano"
::item file="media/d.png" alt="Terza prova" caption="La terza" credit="Cohub Milano"
:::

:::video file="media/v.webm" captions="media/v.vtt" title="Il filmato"
Si vede un cortile.
:::

:::embed address="https://vimeo.com/123456" title="Un filmato altrove"
Si vede un altro cortile.
:::

:::audio file="media/a.mp3" title="Tre rintocchi"
Si sentono tre rintocchi.
:::

:::accordion title="Domande"
::item title="La prima"
Risposta.
::item title="La seconda"
Risposta.
:::

:::steps title="Passi"
::item title="Sposta" time="20 minuti"
I tavoli.
::item title="Appendi"
I fogli.
:::

:::timeline title="Date"
::item when="1969" title="La scala"
Otto pioli.
::item when="2020" title="La sentenza"
Amministrazione condivisa.
:::

:::comparison title="Due volantini"
::item title="Prima"
Uno.
::item title="Dopo"
Due.
:::

:::case title="Un caso di studio" place="Milano" period="ottobre" teaches="Provare presto." link="https://example.org/" file="media/e.png" alt="Un bancone" credit="Cohub Milano"
Che cosa è successo.
:::

:::check
Quale?
::item answer="La prima"
Non questa.
::item answer="La seconda" right=yes
Proprio questa.
:::

:::check several=yes
Quali?
::item answer="Una" right=yes
Sì.
::item answer="Due" right=yes
Anche.
:::

:::reflection title="Una domanda"
Chi manca al tavolo?
:::

:::reflection
E chi ancora?
:::

:::template title="Una scheda"
Stampala.
::item file="media/t.pdf" label="da stampare"
::item file="media/t.odt" label="da cambiare"
:::

:::file file="media/f.pdf" title="Un elenco"
Una pagina.
:::

:::reading title="Per approfondire"
::item page="biblioteca/libro"
Perché sì.
::item title="Un libro altrove" authors="Un’autrice" year="1999" link="https://example.org/libro"
:::

:::notes
[^uno]: La nota del testo.
:::
"""


def everything(text: str = EVERYTHING, key: str = "tutto"):
    """The value of a lesson's body; a title of the library is made with it where there is none."""
    made: dict[str, int] = {}

    def image(name: str) -> int:
        return made.setdefault(name, media.image(name).pk)

    def document(name: str) -> int:
        return made.setdefault(name, media.document(name, Path(name).name).pk)

    book = ResourcePage.objects.live().first() or cms.resource()
    resolver = Resolver(image=image, document=document, page=lambda path: book.pk)
    raw = stream_blocks(Document(Path("tutto.md"), {}, text, 1), key=key, resolver=resolver)
    return LessonBlock().to_python(raw)
