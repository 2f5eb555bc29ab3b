package dev.brain.launcher;

import picocli.CommandLine.Command;

/** {@code brain profile} */
@Command(
        name = "profile",
        header = "Describe a table of the system of record.",
        footer = {"", "Example:", "  brain profile draft --table Recursos.RecursosExp"},
        subcommands = ProfileDraftCommand.class)
final class ProfileCommand extends CommandGroup {}
