package dev.ring3.fs.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.fs.FileType;
import dev.ring3.fs.Guard;
import dev.ring3.fs.Name;
import dev.ring3.fs.NewNode;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.lock.Client;
import dev.ring3.fs.lock.Lease;
import dev.ring3.fs.lock.LeaseKind;
import dev.ring3.fs.volume.Volume;
import dev.ring3.fs.volume.VolumeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RollbackLeaseTest {
    @Test
    void rollback_callsLeasesBack() {
        try (Volume volume = Volume.inMemory(1L << 30, VolumeOptions.DEFAULT)) {
            Vfs vfs = new Vfs(volume);
            NodeId file = volume.create(
                            volume.root(), Name.of("file"), NewNode.of(FileType.REGULAR, 0644, 0, 0, 0), Guard.NONE)
                    .node()
                    .node();
            SubvolumeId monday = volume.subvolumes().snapshot(SubvolumeId.FIRST, Name.of("monday"), true);
            List<Lease> recalled = new ArrayList<>();
            Client client = vfs.newClient(Client.Origin.NFS);
            Lease lease = vfs.opens().lease(file, client, LeaseKind.READ, recalled::add);
            assertThat(lease).isNotNull();

            volume.subvolumes().rollback(SubvolumeId.FIRST, monday, Optional.empty());

            assertThat(recalled).containsExactly(lease);
        }
    }
}
