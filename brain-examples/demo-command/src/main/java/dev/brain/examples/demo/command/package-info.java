/** The command {@code brain demo}. */
@NullMarked
package dev.brain.examples.demo.command;

import org.jspecify.annotations.NullMarked;
