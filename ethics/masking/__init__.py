"""Personal data in free text: people's names and numbers, found and masked."""
