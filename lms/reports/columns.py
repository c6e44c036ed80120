"""The columns of the reports, in the order and with the names that funders read (domain: Attendance)."""

R1 = [
    "codice_corsista", "codice_progetto", "codice_edizione", "titolo_edizione", "sede", "n_foglio",
    "n_incontro", "stato_incontro", "data", "ora_inizio", "ora_fine", "pausa_min",
    "minuti_previsti", "minuti_erogati", "minuti_esonero", "modalita", "modulo", "argomento",
    "docente", "tutor", "cognome", "nome", "codice_fiscale", "stato", "canale", "ora_entrata",
    "ora_uscita", "n_intervalli", "minuti_riconosciuti", "ore_riconosciute", "giustificazione",
    "rettificata", "note",
]  # fmt: skip
R2 = [
    "codice_corsista", "codice_edizione", "cognome", "nome", "codice_fiscale", "base_soglia",
    "stato_iscrizione", "minuti_previsti", "minuti_erogati", "minuti_frequentati",
    "minuti_a_distanza", "minuti_recupero", "minuti_esonero", "percentuale", "soglia",
    "soglia_raggiunta", "assenze", "ritardi", "uscite_anticipate", "esito_prova",
    "attestato_numero", "attestato_data",
]  # fmt: skip

# Whole numbers, some of them missing: pandas' Int64, so that 90 is never written as 90.0.
INTEGERS = {
    "n_foglio", "n_incontro", "pausa_min", "minuti_previsti", "minuti_erogati", "minuti_esonero",
    "n_intervalli", "minuti_riconosciuti", "minuti_frequentati", "minuti_a_distanza",
    "minuti_recupero", "soglia", "assenze", "ritardi", "uscite_anticipate",
}  # fmt: skip
DECIMALS = {"percentuale", "ore_riconosciute"}
