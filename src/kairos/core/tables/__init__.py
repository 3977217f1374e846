"""Tables in and out: spreadsheets read with suspicion, columns understood, and spreadsheets written safely."""
