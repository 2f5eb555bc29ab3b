/** Telling people outside of Brain about incidents: what is kept until it is delivered, and the webhook. */
@NullMarked
package dev.brain.internal.notification;

import org.jspecify.annotations.NullMarked;
