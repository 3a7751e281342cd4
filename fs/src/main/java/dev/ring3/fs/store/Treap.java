package dev.ring3.fs.store;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map of byte keys (Seidel and Aragon, Randomized Search Trees, 1996): an update copies the path
 * from the root, of about {@code 1.4 log2(n)} nodes, so that every version stays readable at no cost. A priority is
 * a hash of the key, which makes the shape a function of the content. Null is the empty map.
 */
final class Treap {
    /** What the heap takes for a node besides the bytes of key and value: the node and two arrays' headers, about. */
    private static final int NODE_BYTES = 40 + 2 * 16;

    /** A node and what is below it; immutable. */
    static final class Node {
        private final byte[] key;
        private final byte[] value;
        private final int priority;
        private final @Nullable Node left;
        private final @Nullable Node right;
        private final long bytes; // what it and all below it take

        Node(byte[] key, byte[] value, int priority, @Nullable Node left, @Nullable Node right) {
            this.key = key;
            this.value = value;
            this.priority = priority;
            this.left = left;
            this.right = right;
            this.bytes = NODE_BYTES + key.length + value.length + Treap.bytes(left) + Treap.bytes(right);
        }

        Node with(@Nullable Node newLeft, @Nullable Node newRight) {
            return new Node(key, value, priority, newLeft, newRight);
        }
    }

    private record Split(@Nullable Node below, @Nullable Node from) {}

    private Treap() {}

    static long bytes(@Nullable Node root) {
        return root == null ? 0 : root.bytes;
    }

    static byte @Nullable [] get(@Nullable Node root, byte[] key) {
        Node node = root;
        while (node != null) {
            int order = Arrays.compareUnsigned(key, node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    static Node put(@Nullable Node root, byte[] key, byte[] value) {
        return put(root, key, value, priority(key));
    }

    private static Node put(@Nullable Node root, byte[] key, byte[] value, int priority) {
        if (root == null) {
            return new Node(key, value, priority, null, null);
        }
        int order = Arrays.compareUnsigned(key, root.key);
        if (order == 0) {
            return new Node(root.key, value, priority, root.left, root.right);
        }
        if (Integer.compareUnsigned(priority, root.priority) > 0) {
            Split split = split(root, key); // the key is not in it: it would have this priority and stand above
            return new Node(key, value, priority, split.below, split.from);
        }
        return order < 0
                ? root.with(put(root.left, key, value, priority), root.right)
                : root.with(root.left, put(root.right, key, value, priority));
    }

    static @Nullable Node delete(@Nullable Node root, byte[] key) {
        if (root == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(key, root.key);
        if (order == 0) {
            return merge(root.left, root.right);
        }
        Node child = order < 0 ? root.left : root.right;
        Node changed = delete(child, key);
        if (changed == child) {
            return root;
        }
        return order < 0 ? root.with(changed, root.right) : root.with(root.left, changed);
    }

    static @Nullable Node deleteRange(@Nullable Node root, byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return root;
        }
        return merge(split(root, from).below, split(root, to).from);
    }

    private static Split split(@Nullable Node root, byte[] at) {
        if (root == null) {
            return new Split(null, null);
        }
        if (Arrays.compareUnsigned(root.key, at) < 0) {
            Split right = split(root.right, at);
            return new Split(root.with(root.left, right.below), right.from);
        }
        Split left = split(root.left, at);
        return new Split(left.below, root.with(left.from, root.right));
    }

    private static @Nullable Node merge(@Nullable Node below, @Nullable Node above) {
        if (below == null) {
            return above;
        }
        if (above == null) {
            return below;
        }
        boolean belowOnTop = Integer.compareUnsigned(below.priority, above.priority) >= 0;
        return belowOnTop
                ? below.with(below.left, merge(below.right, above))
                : above.with(merge(below, above.left), above.right);
    }

    private static int priority(byte[] key) {
        int hash = Arrays.hashCode(key) * 0x9E3779B9; // then the finalizer of MurmurHash3: a bijection, well mixed
        hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
        return hash ^ (hash >>> 16);
    }

    /** A walk in order over the keys below {@code to}. */
    static final class Walk implements Cursor {
        private final @Nullable Node root;
        private final byte[] from;
        private final byte[] to;
        private final Deque<Node> ahead = new ArrayDeque<>(); // the next node, then its ancestors that are greater
        private @Nullable Node current;
        private boolean begun;

        Walk(@Nullable Node root, byte[] from, byte[] to) {
            this.root = root;
            this.from = from;
            this.to = to;
        }

        @Override
        public boolean next() {
            if (!begun) {
                return seek(from);
            }
            Node next = ahead.poll();
            if (next != null) {
                descendLeft(next.right);
            }
            return take(next);
        }

        @Override
        public boolean seek(byte[] key) {
            begun = true;
            byte[] target = Arrays.compareUnsigned(key, from) < 0 ? from : key;
            ahead.clear();
            Node node = root;
            while (node != null) {
                if (Arrays.compareUnsigned(node.key, target) < 0) {
                    node = node.right;
                } else {
                    ahead.push(node);
                    node = node.left;
                }
            }
            Node first = ahead.poll();
            if (first != null) {
                descendLeft(first.right);
            }
            return take(first);
        }

        private void descendLeft(@Nullable Node start) {
            for (Node node = start; node != null; node = node.left) {
                ahead.push(node);
            }
        }

        private boolean take(@Nullable Node node) {
            boolean inside = node != null && Arrays.compareUnsigned(node.key, to) < 0;
            current = inside ? node : null;
            if (!inside) {
                ahead.clear();
            }
            return inside;
        }

        @Override
        public byte[] key() {
            return standing().key.clone();
        }

        @Override
        public byte[] value() {
            return standing().value.clone();
        }

        private Node standing() {
            if (current == null) {
                throw new IllegalStateException("the cursor stands on no key");
            }
            return current;
        }

        @Override
        public void close() {
            ahead.clear();
            current = null;
        }
    }
}
