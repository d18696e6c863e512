"""Who is in the admin: login, second factor, sessions, and who may give which role to whom."""
