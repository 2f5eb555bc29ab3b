package dev.brain.examples.launcher;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells an error once, in one line: {@code brain: what, where, what to do}. */
final class ErrorLine {
    private ErrorLine() {}

    /** The command line can't be understood. */
    static int ofArguments(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String hint = "";
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            List<String> suggestions = unmatched.getSuggestions();
            hint = "; did you mean " + suggestions.stream().limit(3).collect(Collectors.joining(", ")) + "?";
        }
        print(command.getErr(), lowerFirst(String.valueOf(e.getMessage())) + hint + " (see '" + name + " --help')");
        if (isVerbose(command)) {
            e.printStackTrace(command.getErr());
        }
        return BrainCommand.WRONG;
    }

    /** The command failed. */
    static int ofExecution(Exception e, CommandLine command, ParseResult parsed) {
        boolean verbose = isVerbose(command);
        if (e instanceof BrainException) {
            print(command.getErr(), String.valueOf(e.getMessage()));
        } else {
            print(command.getErr(), "unexpected failure: " + e + (verbose ? "" : "; --verbose shows where"));
        }
        if (verbose) {
            e.printStackTrace(command.getErr());
        }
        return e instanceof ConfigurationException ? BrainCommand.WRONG : BrainCommand.FAILED;
    }

    static void print(PrintWriter err, String message) {
        err.println("brain: " + message.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }

    private static boolean isVerbose(CommandLine command) {
        return ((BrainLauncher) command.getCommandSpec().root().userObject()).isVerbose();
    }

    private static String lowerFirst(String text) {
        return text.isEmpty() || (text.length() > 1 && Character.isUpperCase(text.charAt(1)))
                ? text
                : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
