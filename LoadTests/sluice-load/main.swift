// Globals here belong to the main actor; the work is in `Command`.
Command.main()
