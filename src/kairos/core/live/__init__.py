"""Open screens hear which regions changed, and fetch them again with their own rights."""
