"""Pictures of tables: where which rule decides."""
