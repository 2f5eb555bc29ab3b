@NullMarked
package dev.brain.examples.demo.command;

import org.jspecify.annotations.NullMarked;
