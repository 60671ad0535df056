// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"time"

	"github.com/lima-vm/lima/v2/pkg/guestagent"
	"github.com/lima-vm/lima/v2/pkg/guestagent/api/server"
	"github.com/lima-vm/lima/v2/pkg/guestagent/ticker"
	"github.com/lima-vm/lima/v2/pkg/portfwdserver"
)

const (
	agentSocket = "/run/lima-guestagent.sock" // where the hostagent looks
	agentState  = "/run/lima-guestagent"
	agentTick   = 3 * time.Second // between two looks at the guest's open ports, as Lima has it

	// readyFD is a pipe that takes one byte once the agent listens.
	readyFD = 3
)

// Agent is Lima's guest agent, for a program called with [AgentCommand] inside
// the guest. It returns when ctx ends or the agent fails.
func Agent(ctx context.Context) error {
	ready := os.NewFile(readyFD, "ready")
	if info, err := ready.Stat(); err != nil || info.Mode().Type() != fs.ModeNamedPipe {
		return fmt.Errorf("nsguest: %s is for the guest to call", AgentCommand)
	}
	listener, err := listenAgent()
	if err != nil {
		return fmt.Errorf("nsguest: %w", err)
	}
	agent, err := guestagent.New(ctx, ticker.NewSimpleTicker(time.NewTicker(agentTick)), agentState)
	if err != nil {
		return fmt.Errorf("nsguest: guest agent: %w", err)
	}
	if _, err := ready.Write([]byte{1}); err != nil {
		return fmt.Errorf("nsguest: %w", err)
	}
	ready.Close()
	return server.StartServer(ctx, listener, &server.GuestServer{Agent: agent, TunnelS: portfwdserver.NewTunnelServer()})
}

func listenAgent() (net.Listener, error) {
	if err := os.MkdirAll(agentState, 0o755); err != nil {
		return nil, err
	}
	l, err := net.Listen("unix", agentSocket)
	if err != nil {
		return nil, err
	}
	return l, os.Chmod(agentSocket, 0o600)
}
