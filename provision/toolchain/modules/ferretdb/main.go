// Command ferretdb is FerretDB with its SQLite backend, which keeps its data in a folder: by its own library, so that
// neither telemetry nor the version files that its command wants come with it.
package main

import (
	"context"
	"flag"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen-addr", ":27017", "the address that it listens at")
	folder := flag.String("data", "/data/db", "the folder that data is kept in")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: *listen},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Handler:   "sqlite",
		SQLiteURL: "file:" + strings.TrimSuffix(*folder, "/") + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := db.Run(ctx); err != nil {
		log.Fatal(err)
	}
}
