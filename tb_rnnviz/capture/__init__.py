"""Running models with their recurrent layers recorded: one folder a framework."""
