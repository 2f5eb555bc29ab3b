package dev.brain.launcher;

import picocli.CommandLine.Command;

/** A command that only has subcommands. */
@Command(synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n")
abstract class CommandGroup extends BrainCommand {
    @Override
    protected final int run() {
        return usage(spec());
    }
}
