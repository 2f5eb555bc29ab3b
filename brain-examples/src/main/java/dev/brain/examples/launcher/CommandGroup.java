package dev.brain.examples.launcher;

import picocli.CommandLine.Command;

/** A command that only has others below it. */
@Command(synopsisSubcommandLabel = "COMMAND", commandListHeading = "%nCommands:%n")
abstract class CommandGroup extends BrainCommand {
    @Override
    final int run() {
        return usage(spec());
    }
}
