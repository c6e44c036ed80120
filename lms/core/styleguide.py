"""What the style guide shows: one example of everything, in Italian, for those who build pages."""

from django import forms
from django.core.paginator import Paginator


class SampleForm(forms.Form):
    """Every kind of field, as `{{ form }}` renders it."""

    name = forms.CharField(label="Nome e cognome", help_text="Come stanno sul documento.")
    email = forms.EmailField(label="Indirizzo e-mail")
    phone = forms.CharField(label="Telefono", required=False)
    born = forms.DateField(
        label="Data di nascita", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    subject = forms.ChoiceField(
        label="Master Civico",
        choices=[("codesign", "Co-design"), ("crm", "Relazioni con gli utenti")],
    )
    mode = forms.ChoiceField(
        label="Come vuoi seguire?",
        choices=[("casa", "Nella casa"), ("remoto", "A distanza")],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        label="Quando puoi?",
        choices=[("lun", "Lunedì sera"), ("mer", "Mercoledì sera"), ("sab", "Sabato mattina")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    why = forms.CharField(
        label="Perché questo corso?",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Bastano poche righe: che cosa fai, che cosa ti serve.",
    )
    file = forms.FileField(label="Curriculum", required=False)
    privacy = forms.BooleanField(
        label="Ho letto l’informativa sulla privacy", help_text="Versione del 3 novembre 2026."
    )


COURSES = [
    {
        "hue": "codesign",
        "title": "Co-design",
        "co_title": "co-design",
        "summary": "Progettare servizi con chi li userà",
        "chip": "Candidature aperte",
        "tone": "good",
    },
    {
        "hue": "community",
        "title": "Community management",
        "co_title": "co-munità",
        "summary": "Far nascere e tenere viva una comunità",
        "chip": "In partenza il 14 gennaio",
        "tone": "info",
    },
    {
        "hue": "fundraising",
        "title": "Fundraising",
        "co_title": "co-finanziare",
        "summary": "Raccogliere fondi per progetti condivisi",
        "chip": "Ultimi 3 posti",
        "tone": "bad",
    },
    {
        "hue": "marketing",
        "title": "Marketing dei servizi collaborativi",
        "co_title": "co-municare",
        "summary": "Raccontare un servizio a chi ne ha bisogno",
        "chip": "Edizione in corso",
        "tone": "plain",
    },
    {
        "hue": "crm",
        "title": "Relazioni con gli utenti",
        "co_title": "co-noscere",
        "summary": "Ascoltare, rispondere, tenere il filo",
        "chip": "Aspetta la conferma",
        "tone": "warn",
    },
]

COLOURS = """paper surface sunken ink ink-2 line field-line casa casa-soft sole sole-soft ocra mattone
mattone-soft blu blu-soft next slim""".split()  # noqa: SIM905


def sample_context() -> dict:
    """Everything that core/styleguide.html puts into components."""
    wrong = SampleForm({"name": "", "email": "chiara@", "subject": "codesign", "mode": "casa"})
    return {
        "colours": COLOURS,
        "form": SampleForm(initial={"mode": "casa"}),
        "wrong_form": wrong,
        "courses": COURSES,
        "course_meta": ["24\u00a0h + progetto", "5\u00a0moduli", "Livello EQF\u00a06"],
        "crumbs": [
            {"label": "Cohub Milano", "url": "#"},
            {"label": "Master Civici", "url": "#"},
            {"label": "Co-design", "url": "#"},
        ],
        "tabs": [
            {"label": "In corso", "url": "#", "current": True, "count": 3},
            {"label": "In arrivo", "url": "#", "count": 1},
            {"label": "Concluse", "url": "#"},
        ],
        "requirements": [
            {"label": "Presenze oltre il 75\u00a0%", "met": True, "detail": "82\u00a0% finora"},
            {"label": "Verifica dei moduli 1 e 2", "met": True},
            {
                "label": "Piano dell’incontro",
                "met": False,
                "detail": "da consegnare entro il 9\u00a0dicembre",
            },
            {
                "label": "Incontro dal vivo",
                "met": False,
                "detail": "fissato per il 16\u00a0dicembre",
            },
        ],
        "steps": [
            {"label": "Ti candidi", "detail": "Due minuti, da qualunque telefono", "state": "done"},
            {
                "label": "Leggiamo la candidatura",
                "detail": "Entro 5\u00a0giorni",
                "state": "current",
            },
            {"label": "Cominci", "detail": "Il 14\u00a0gennaio, nella casa"},
        ],
        "facts": [
            ("Durata", "24\u00a0h + 16\u00a0h di progetto"),
            ("Moduli", "5"),
            ("Livello", "EQF\u00a06"),
            ("Attestato", "con il 75\u00a0% di presenze"),
        ],
        "table_head": ["Corsista", "Presenza", "Lezioni", "Verifiche"],
        "table_rows": [
            ["Aurora Bianchi", "92\u00a0%", "12\u00a0di\u00a012", "superata"],
            ["Bilal Haddad", "81\u00a0%", "9\u00a0di\u00a012", "da fare"],
            ["Milena Šćepanović", "68\u00a0%", "7\u00a0di\u00a012", "da fare"],
        ],
        "page_obj": Paginator(range(190), 10).page(4),
        "modules": [
            {
                "number": 1,
                "title": "La partecipazione e la sua cornice",
                "lessons": [
                    {"id": 1, "title": "Progettare insieme", "minutes": 12, "url": "#"},
                    {"id": 2, "title": "Quanta decisione", "minutes": 14, "url": "#"},
                ],
            },
            {
                "number": 2,
                "title": "Progettare e facilitare un incontro",
                "lessons": [
                    {
                        "id": 3,
                        "title": "Scegliere chi invitare al tavolo",
                        "minutes": 18,
                        "url": "#",
                    },
                    {"id": 4, "title": "La scaletta", "minutes": 75, "url": "#"},
                ],
            },
        ],
        "done": [1, 2],
    }
