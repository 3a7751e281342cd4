import org.jspecify.annotations.NullMarked;

/** Linux system calls for Java through {@code java.lang.foreign}. Depends on {@code java.base} alone at run time. */
@NullMarked
module dev.ring3.linux {
    requires static org.jspecify;

    exports dev.ring3.linux;
}
