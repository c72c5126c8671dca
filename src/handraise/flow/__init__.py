"""The use cases, one verb a module; `pipeline` and `jobs` alone know their order."""
