package dev.brain.site;

import static java.util.Objects.requireNonNull;

import dev.brain.text.Folding;
import org.jspecify.annotations.Nullable;

/**
 * The name under which claims are made; never blank.
 *
 * @param name as it is written to the system of record
 * @stability stable
 */
public record Claimant(String name) {
    public Claimant {
        requireNonNull(name, "name");
        if (Folding.fold(name).isEmpty()) {
            throw new IllegalArgumentException("the claimant's name is blank");
        }
    }

    /** Returns whether an owner in the system of record is this claimant. A blank owner never is. */
    public boolean matches(@Nullable String owner) {
        return name.equals(owner) || Folding.fold(name).equals(Folding.fold(owner));
    }
}
