/** The engine: serves the sites in cycles, and performs the operators' actions on resources. */
@NullMarked
package dev.brain.internal.engine;

import org.jspecify.annotations.NullMarked;
