/** Three sites as a plug-in brings them: what their workers need, made from the columns of a law firm's case system. */
@NullMarked
package dev.brain.examples.sites;

import org.jspecify.annotations.NullMarked;
