"""Personal data at the door: masked before anything is stored, forgotten on request.

`masking` finds it, `kinds` says what stands in its place, `vault` keeps for minutes
what a dossier look-up needs, `erasure` and `retention` make conversations end.
"""
