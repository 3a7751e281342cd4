package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.type.Argument;
import dev.ring3.bpf.type.FunctionContract;
import dev.ring3.bpf.type.Result;
import dev.ring3.bpf.type.StructType;
import java.util.List;

/**
 * The kernel's helpers for values that belong to processes and inodes ({@code kernel/bpf/bpf_task_storage.c},
 * {@code bpf_inode_storage.c}). Programs have an object by a pointer that only stands for it: that of the running process
 * from {@code bpf_get_current_task_btf}, that of the inode which they run for from {@code ring3_current_inode}.
 */
final class StorageHelpers {
    private static final int INODE_STORAGE_GET = 145;
    private static final int INODE_STORAGE_DELETE = 146;
    private static final int TASK_STORAGE_GET = 156;
    private static final int TASK_STORAGE_DELETE = 157;

    private static final StructType INODE = new StructType("ring3_inode", 0, List.of());
    private static final Argument INODE_OR_NULL = Argument.object(INODE).orNull();

    private static final FunctionContract CURRENT_INODE =
            FunctionContract.of("ring3_current_inode", Result.object(INODE).orNull());

    private static final FunctionContract INODE_GET = FunctionContract.of(
                    "bpf_inode_storage_get",
                    Result.MAP_VALUE_OR_NULL,
                    Argument.of(Argument.Kind.MAP),
                    INODE_OR_NULL,
                    Argument.of(Argument.Kind.MAP_VALUE).orNull(),
                    Argument.of(Argument.Kind.ANYTHING))
            .onMaps(LocalStorageMap.TYPE_INODE);

    private static final FunctionContract INODE_DELETE = FunctionContract.of(
                    "bpf_inode_storage_delete", Result.SCALAR, Argument.of(Argument.Kind.MAP), INODE_OR_NULL)
            .onMaps(LocalStorageMap.TYPE_INODE);

    private StorageHelpers() {}

    static HostFunctions addTo(HostFunctions functions) {
        HostFunctions all = Helpers.leaf(functions, TASK_STORAGE_GET, StorageHelpers::get);
        all = Helpers.leaf(all, TASK_STORAGE_DELETE, StorageHelpers::delete);
        return all.with(INODE_STORAGE_GET, INODE_GET, StorageHelpers::get)
                .with(INODE_STORAGE_DELETE, INODE_DELETE, StorageHelpers::delete)
                .with(CURRENT_INODE, StorageHelpers::inode);
    }

    private static LocalStorageMap storage(HostCall call, long map) {
        if (call.map(map) instanceof LocalStorageMap storage) {
            return storage;
        }
        throw call.fault("map %s is no local storage".formatted(call.map(map).name()));
    }

    private static HostObject object(HostCalls call, long pointer) {
        if (call.object(pointer) instanceof HostObject object) {
            return object;
        }
        throw call.fault("0x%x is no object with storage".formatted(pointer));
    }

    private static long get(HostCall call, long map, long object, long value, long flags, long unused5) {
        LocalStorageMap storage = storage(call, map);
        long from = value == 0 ? 0 : call.readableAddress(value, storage.valueBytes());
        if (object == 0) {
            return MapBase.NULL;
        }
        HostCalls calls = (HostCalls) call;
        HostObject owner = object(calls, object);
        try (HostAccess access = HostAccess.to(storage)) {
            return storage.get(owner, access.memory(2 * Long.BYTES), from, flags);
        }
    }

    private static long delete(HostCall call, long map, long object, long unused3, long unused4, long unused5) {
        LocalStorageMap storage = storage(call, map);
        if (object == 0) {
            return HelperErrors.EINVAL;
        }
        HostObject owner = object((HostCalls) call, object);
        try (HostAccess access = HostAccess.to(storage)) {
            return storage.delete(owner, access.memory(2 * Long.BYTES));
        }
    }

    private static long inode(HostCall call, long unused1, long unused2, long unused3, long unused4, long unused5) {
        return Helpers.runtime(call)
                .host()
                .currentInode()
                .map(inode -> ((HostCalls) call).give(inode))
                .orElse(MapBase.NULL);
    }
}
