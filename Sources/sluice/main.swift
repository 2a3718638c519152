import Kernel

ProcessFacts.exit(Program.main(Array(CommandLine.arguments.dropFirst())))
