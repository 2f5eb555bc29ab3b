package dev.brain.site;

import static java.util.Objects.requireNonNull;

import dev.brain.text.Folding;
import org.jspecify.annotations.Nullable;

/**
 * The identity that a claim is made under; never blank.
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

    /** Whether an owner that the system of record shows is this claimant; a blank owner never is. */
    public boolean matches(@Nullable String owner) {
        return Folding.fold(name).equals(Folding.fold(owner));
    }
}
