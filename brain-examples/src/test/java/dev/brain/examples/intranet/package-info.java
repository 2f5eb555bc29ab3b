@NullMarked
package dev.brain.examples.intranet;

import org.jspecify.annotations.NullMarked;
