"""The tests: tables for rules, transcripts for what customers see, real servers for the rest."""
