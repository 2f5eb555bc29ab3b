/** The relational store that every SQL engine shares; for the modules of those engines. */
@NullMarked
package dev.brain.store;

import org.jspecify.annotations.NullMarked;
