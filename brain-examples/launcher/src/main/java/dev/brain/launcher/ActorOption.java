package dev.brain.launcher;

import static java.util.Objects.requireNonNull;

import dev.brain.history.Actor;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Who makes a change, for the history. */
final class ActorOption {
    @Spec(Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who makes this change, for the history (default: the user of the operating system).")
    private @Nullable String name;

    Actor actor() {
        if (name == null) {
            return Actor.ofProcess();
        }
        if (name.isBlank()) {
            throw new ParameterException(requireNonNull(spec, "spec").commandLine(), "--by must be a name");
        }
        return new Actor(name.strip());
    }
}
