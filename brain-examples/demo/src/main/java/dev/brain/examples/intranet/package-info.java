/** An intranet over the demo's system of record: a web site that people could work with, on this machine only. */
@NullMarked
package dev.brain.examples.intranet;

import org.jspecify.annotations.NullMarked;
