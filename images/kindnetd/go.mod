module seatrial.local/kindnetd

go 1.26.0
