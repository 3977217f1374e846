"""Fields that an administrator defines on screen, and that behave like any other."""
