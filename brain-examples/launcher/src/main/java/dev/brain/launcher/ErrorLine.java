package dev.brain.launcher;

import dev.brain.error.BrainException;
import dev.brain.error.ConfigurationException;
import dev.brain.internal.text.Spelling;
import dev.brain.internal.text.VisibleText;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints an error once, in one line: {@code brain: what, where, what to do}. */
final class ErrorLine {
    /** The reason why this process cannot use a path that is valid elsewhere. */
    static final String LOCALE_LACKS_LETTERS =
            "its name has letters that the locale of this process lacks: set LC_ALL to one with UTF-8, such as C.UTF-8";

    private ErrorLine() {}

    /** Handles a wrong command line. */
    static int ofArguments(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String problem = e instanceof UnmatchedArgumentException unmatched
                        && !unmatched.getUnmatched().isEmpty()
                ? unknown(command, unmatched.getUnmatched().get(0))
                : lowerFirst(String.valueOf(e.getMessage()));
        String reason = e.getCause() instanceof InvalidPathException invalid ? "; " + reason(invalid) : "";
        print(command.getErr(), problem + reason + " (see '" + name + " --help')");
        if (isVerbose(command)) {
            e.printStackTrace(command.getErr());
        }
        return BrainCommand.WRONG;
    }

    /** Returns what is said of a word that the command does not know, with the name that was most likely meant. */
    private static String unknown(CommandLine command, String word) {
        boolean isOption = word.startsWith("-");
        String typed = isOption ? word.replaceFirst("=.*", "") : word;
        Set<String> commands = command.getSubcommands().keySet();
        String kind = isOption ? "unknown option" : commands.isEmpty() ? "unexpected argument" : "unknown command";
        List<String> names = (isOption ? command.getCommandSpec().optionsMap().keySet() : commands)
                .stream().filter(known -> known.length() > 2).toList();
        return kind + " '" + typed + "'"
                + Spelling.nearest(typed, names)
                        .map(meant -> "; did you mean " + meant + "?")
                        .orElse("");
    }

    /** Handles a command that failed. */
    static int ofExecution(Exception e, CommandLine command, ParseResult parsed) {
        boolean verbose = isVerbose(command);
        if (e instanceof BrainException) {
            print(command.getErr(), String.valueOf(e.getMessage()));
        } else if (e instanceof InvalidPathException invalid) {
            print(command.getErr(), "the path '" + invalid.getInput() + "' can't be used: " + reason(invalid));
        } else {
            print(command.getErr(), "unexpected failure: " + e + (verbose ? "" : "; --verbose shows where"));
        }
        if (verbose) {
            e.printStackTrace(command.getErr());
        }
        return e instanceof ConfigurationException || e instanceof InvalidPathException
                ? BrainCommand.WRONG
                : BrainCommand.FAILED;
    }

    static void print(PrintWriter err, String message) {
        err.println("brain: " + VisibleText.of(message.strip().replaceAll("\\s*\\R\\s*", " ")));
        err.flush();
    }

    private static String reason(InvalidPathException e) {
        return e.getReason().contains("unmappable") ? LOCALE_LACKS_LETTERS : e.getReason();
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
