"""Django's PostgreSQL, for people who wait: no answer within some seconds is an answer (setting `wait_seconds`)."""
