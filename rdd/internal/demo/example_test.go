// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo_test

import (
	"context"
	"fmt"
	"os"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/demo"
)

func ExampleRun() {
	err := demo.Run(context.Background(), demo.Options{Out: os.Stdout, Recording: true})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// no guest was asked for: this is a recording
	//    0.000s  Starting  sshLocalPort 42821
	//    2.144s  Starting  cloudInitProgress active
	//    2.197s  Starting  cloudInitProgress "nsguest boot step 1" active
	//    2.206s  Starting  cloudInitProgress "time=\"2026-11-22T20:12:56Z\" level=info msg=\"event tick: 3s\"" active
	//    2.208s  Starting  cloudInitProgress "time=\"2026-11-22T20:12:56Z\" level=warning msg=\"failed to create eBPF ticker, falling back to simple ticker\" error=\"creating map: map create: operation not permitted (MEMLOCK may be too low, consider rlimit.RemoveMemlock)\"" active
	//    2.208s  Starting  cloudInitProgress "time=\"2026-11-22T20:12:56Z\" level=info msg=\"serving the guest agent on `/run/lima-guestagent.sock`\"" active
	//    2.209s  Starting  cloudInitProgress "time=\"2026-11-22T20:12:56Z\" level=info msg=\"Monitoring kubernetes services\"" active
	//    2.209s  Starting  cloudInitProgress "nsguest boot step 2" active
	//    2.209s  Starting  cloudInitProgress "nsguest boot step 3" active
	//    2.210s  Starting  cloudInitProgress "nsguest boot step 4" active
	//    2.240s  Starting  cloudInitProgress "nsguest boot step 5" active
	//    2.737s  Starting  cloudInitProgress "nsguest boot step 6" active
	//    3.753s  Starting  cloudInitProgress "Cloud-init v. 0 finished at Sun Nov 22 20:12:59 UTC 2026. Datasource NoCloud" completed
	//    3.758s  Starting  cloudInitProgress "Cloud-init monitoring completed successfully" completed
	//    5.348s  Running   running
	//   33.260s  Running   portForward forwarding tcp 0.0.0.0:18081 -> 127.0.0.1:18081
	//   33.262s  Running   portForward forwarding tcp 127.0.0.1:18080 -> 127.0.0.1:18080
	//   36.264s  Running   portForward stopping tcp 0.0.0.0:18081 -> 127.0.0.1:18081
	//   36.265s  Running   portForward stopping tcp 127.0.0.1:18080 -> 127.0.0.1:18080
	//   45.600s  Stopped   exiting
	// played a recording
}
