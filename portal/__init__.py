"""The door: the public HTTP API, its sessions, and the pages that use it."""
