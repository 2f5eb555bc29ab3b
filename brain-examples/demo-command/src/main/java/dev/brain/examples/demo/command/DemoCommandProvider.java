package dev.brain.examples.demo.command;

import dev.brain.launcher.BrainCommand;
import dev.brain.launcher.CommandProvider;

/** Adds {@code brain demo}. */
public final class DemoCommandProvider implements CommandProvider {
    @Override
    public BrainCommand create() {
        return new DemoCommand();
    }
}
