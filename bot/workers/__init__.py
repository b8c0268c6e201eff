"""Several processes of one desk on this machine: a supervisor, its workers, and what they share."""
