"""The first page of the admin: what to do now, and first steps for whoever is new."""
