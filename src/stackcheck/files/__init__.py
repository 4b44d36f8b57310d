"""Files on disk: finding them, reading them, writing them back whole."""
