package dev.brain.launcher;

/**
 * Adds a command to {@code brain}. Found by {@link java.util.ServiceLoader} on the launcher's class path; plug-ins cannot
 * add commands.
 */
public interface CommandProvider {
    /** Creates the command, whose name is that of its {@link picocli.CommandLine.Command} annotation. */
    BrainCommand create();
}
