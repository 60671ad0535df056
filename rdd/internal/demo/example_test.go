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
	//    0.000s  Starting  Unknown -> Starting, ssh at port 42821
	//    2.144s  Starting  cloud-init active
	//    2.197s  Starting  cloud-init active: nsguest boot step 1
	//    2.206s  Starting  cloud-init active: time="2026-11-22T20:12:56Z" level=info msg="event tick: 3s"
	//    2.208s  Starting  cloud-init active: time="2026-11-22T20:12:56Z" level=warning msg="failed to create eBPF ticker, falling back to simple ticker" error="creating map: map create: operation not permitted (MEMLOCK may be too low, consider rlimit.RemoveMemlock)"
	//    2.208s  Starting  cloud-init active: time="2026-11-22T20:12:56Z" level=info msg="serving the guest agent on `/run/lima-guestagent.sock`"
	//    2.209s  Starting  cloud-init active: time="2026-11-22T20:12:56Z" level=info msg="Monitoring kubernetes services"
	//    2.209s  Starting  cloud-init active: nsguest boot step 2
	//    2.209s  Starting  cloud-init active: nsguest boot step 3
	//    2.210s  Starting  cloud-init active: nsguest boot step 4
	//    2.240s  Starting  cloud-init active: nsguest boot step 5
	//    2.737s  Starting  cloud-init active: nsguest boot step 6
	//    3.753s  Starting  cloud-init completed: Cloud-init v. 0 finished at Sun Nov 22 20:12:59 UTC 2026. Datasource NoCloud
	//    3.758s  Starting  cloud-init completed: Cloud-init monitoring completed successfully
	//    5.348s  Running   Starting -> Running
	//   33.260s  Running   forwarding tcp 0.0.0.0:18081 -> 127.0.0.1:18081
	//   33.262s  Running   forwarding tcp 127.0.0.1:18080 -> 127.0.0.1:18080
	//   36.264s  Running   stopping tcp 0.0.0.0:18081 -> 127.0.0.1:18081
	//   36.265s  Running   stopping tcp 127.0.0.1:18080 -> 127.0.0.1:18080
	//   45.600s  Exiting   Running -> Exiting, exiting
	// played a recording
}
