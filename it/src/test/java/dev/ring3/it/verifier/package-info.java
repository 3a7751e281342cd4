/**
 * The verifier against programs whose verdict is known: those in {@code src/test/resources/verifier}, compiled by every
 * clang at hand, each with what is expected of it in a comment; and the same programs against the running kernel.
 */
@NullMarked
package dev.ring3.it.verifier;

import org.jspecify.annotations.NullMarked;
