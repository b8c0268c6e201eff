"""The translations: one folder a language, one .po file a domain."""
