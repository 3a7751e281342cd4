/** The provider against the Javadoc of {@code java.nio.file}, and against the JDK's own provider. */
package dev.ring3.nio;
