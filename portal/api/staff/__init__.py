"""The calls of the staff API, under ``/staff/api``; each guarded by `portal.staff.access.require`."""
